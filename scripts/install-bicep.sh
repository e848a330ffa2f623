#!/usr/bin/env bash
# Fetches the Bicep CLI from NuGet, with the machine's own NuGet configuration, and prints its path. Needs the .NET SDK.
set -euo pipefail

version=0.49.2
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  Darwin-arm64) platform=osx-arm64 ;;
  Darwin-x86_64) platform=osx-x64 ;;
  *) echo "install-bicep: no Bicep package for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac

cache="$(cd "$(dirname "$0")/.." && pwd)/node_modules/.cache/bicep"
package="azure.bicep.commandline.$platform"
bicep="$cache/$package/$version/tools/bicep"

if [ ! -x "$bicep" ]; then
  project="$(mktemp -d)"
  trap 'rm -rf "$project"' EXIT
  cat > "$project/bicep.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>netstandard2.0</TargetFramework><DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences></PropertyGroup>
  <ItemGroup><PackageDownload Include="$package" Version="[$version]" /></ItemGroup>
</Project>
XML
  # PackageDownload takes a package without building against it; stdout is kept for the path.
  DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet restore "$project/bicep.csproj" --packages "$cache" >&2
  chmod +x "$bicep"
fi
echo "$bicep"
