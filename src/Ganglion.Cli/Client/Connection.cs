using System.CommandLine;
using Ganglion.Cli.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Client;

/// <summary>The options that say where the events are, which every command has: a running host, or a data folder.</summary>
internal sealed class Connection(ILoggerFactory loggers)
{
    public const string ServerVariable = "GANGLION_SERVER";

    /// <summary>Takes what is to be reported about a data folder.</summary>
    public ILoggerFactory Loggers => loggers;

    public Option<Uri?> Server { get; } = new("--server")
    {
        Description = $"The running host to talk to [default: ${ServerVariable}, or http://127.0.0.1:5080]",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result => ParseUrl(result.Tokens[0].Value, result.AddError),
    };

    public Option<DirectoryInfo?> Data { get; } = new("--data")
    {
        Description = "Open this data folder instead; nobody else may hold it meanwhile",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>An action on what the options say; a data folder has to be there.</summary>
    public Func<ParseResult, CancellationToken, Task> Use(Func<ApiClient, ParseResult, CancellationToken, Task> action) =>
        (command, cancellationToken) => RunAsync(action, command, creates: false, cancellationToken);

    /// <summary>An action that may begin a new data folder.</summary>
    public Func<ParseResult, CancellationToken, Task> UseOrCreate(Func<ApiClient, ParseResult, CancellationToken, Task> action) =>
        (command, cancellationToken) => RunAsync(action, command, creates: true, cancellationToken);

    private async Task RunAsync(
        Func<ApiClient, ParseResult, CancellationToken, Task> action, ParseResult command, bool creates, CancellationToken cancellationToken)
    {
        ApiClient api = command.GetValue(Data) is { } folder
            ? await OpenAsync(folder, command, creates, cancellationToken).ConfigureAwait(false)
            : new ApiClient(ServerOf(command));
        await using var _ = api.ConfigureAwait(false);
        await action(api, command, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ApiClient> OpenAsync(DirectoryInfo folder, ParseResult command, bool creates, CancellationToken cancellationToken)
    {
        if (command.GetValue(Server) is not null)
        {
            throw new CliException("--server and --data exclude one another.");
        }

        // Opening makes a data folder of whatever it is given: not of a folder that was only to be looked into.
        if (!creates && !File.Exists(Path.Combine(folder.FullName, "ganglion.json")))
        {
            throw new CliException($"{folder.FullName} is no data folder.");
        }

        return new ApiClient(await DataFolderHost.OpenAsync(folder, Loggers, cancellationToken).ConfigureAwait(false));
    }

    private Uri ServerOf(ParseResult command) =>
        command.GetValue(Server)
        ?? (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } url
            ? ParseUrl(url, static error => throw new CliException($"{ServerVariable}: {error}"))!
            : new Uri("http://127.0.0.1:5080/"));

    // Ends in a slash, so that the paths of resources are resolved below it.
    private static Uri? ParseUrl(string text, Action<string> fail)
    {
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        fail($"'{text}' is no URL of a server, such as http://127.0.0.1:5080.");
        return null;
    }
}
