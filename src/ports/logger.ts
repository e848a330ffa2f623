/** Where progress and problems are told; the `InvocationContext` of Azure Functions fits as it is. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
