/** A value while it is being put together: the same shape, its fields still open. Where speed counts it replaces conditional spreads. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };
