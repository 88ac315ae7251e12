export interface paths {
  "/api/v1/status": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["getStatus"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    Status: {
      version: string;
      /** Format: date-time */
      started: string;
      records_per_second: number;
      sources: number;
      zone: string;
      problems?: string[];
    };
  };
}
export interface operations {
  getStatus: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: { "application/json": components["schemas"]["Status"] };
      };
    };
  };
}
