/** What was asked for is not ready: it is asked for again after a while, as the real clients do by themselves. */
export const later = Symbol('later');
