// Prints how the `cancel` of the module in the arguments ends, for each request.
const [path, options, requests] = process.argv.slice(2);
const { cancel } = await import(new URL(path, import.meta.url));
for (const request of JSON.parse(requests)) console.log(await cancel(JSON.parse(options), request));
