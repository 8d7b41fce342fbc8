// Prints how the `cancel` of the module in the arguments ends.
const [path, options, request] = process.argv.slice(2);
const { cancel } = await import(new URL(path, import.meta.url));
console.log(await cancel(JSON.parse(options), JSON.parse(request)));
