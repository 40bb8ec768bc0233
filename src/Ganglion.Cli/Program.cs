using Ganglion.Cli;
using Ganglion.Cli.Output;

return await CommandLine.RunAsync(args, Terminal.OfProcess()).ConfigureAwait(false);
