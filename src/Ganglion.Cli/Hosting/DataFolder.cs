using Ganglion.Brokers;

namespace Ganglion.Cli.Hosting;

/// <summary>Opens the broker of a data folder.</summary>
internal static class DataFolder
{
    public static ValueTask<IEventBroker> OpenAsync(DirectoryInfo folder, CancellationToken cancellationToken) =>
        throw new CliException($"{folder.FullName} cannot be opened: this version keeps events in memory only.");
}
