/**
 * Imported before anything else: `graphql` decides once, while it is loaded, whether to check every value for having
 * come from a second copy of itself, which costs a tenth of the time of a large answer.
 */
process.env['NODE_ENV'] ??= 'production';
