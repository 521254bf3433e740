/** The element that holds the page. */
export const ROOT_ID = "report";
/** The element that holds the report as JSON. */
export const DATA_ID = "report-data";
