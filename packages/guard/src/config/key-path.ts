/** Where something stands in a configuration: `['apis', 0, 'routes', 1]`. */
export type KeyPath = readonly (string | number)[];
