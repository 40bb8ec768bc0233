using Ganglion.Configuring;
using Ganglion.Tools;

namespace Ganglion.Mcp;

/// <summary>A server of the Model Context Protocol whose tools agents may call: a command that is started, or a URL.</summary>
public sealed class McpToolsOptions
{
    /// <summary>The program to start, which speaks the protocol over its standard input and output. Either this or <see cref="Url"/>.</summary>
    public string? Command { get; set; }

    /// <summary>The arguments of the command.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>The folder that it starts in. Default: that of this process.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// Variables of its environment. Of this process's own it gets only those that every program needs, such as <c>PATH</c>: what is secret here, such as keys of models, stays here.
    /// </summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the server is, by streamable HTTP.</summary>
    public Uri? Url { get; set; }

    /// <summary>Headers of the requests to <see cref="Url"/>, such as <c>Authorization</c>.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How long it may take to connect and to list the tools; also how long the host waits for that when it starts, and a call for a connection that is lost. Default 15 s; at most 10 min.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The pause before it is tried to connect again; each one after it is twice as long. Default 1 s.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause. A connection that lasts longer begins anew with the first. Default 1 min; at most 1 day.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Which of its tools are taken, by the server's names, which may end with <c>*</c>. Default: all, up to 128.</summary>
    public IList<string> Only { get; set; } = [];

    /// <summary>How its tools are called. The configuration comes after: <c>Ganglion:Tools:NAME_*:Timeout</c>. Default: the default options.</summary>
    public ToolOptions Call { get; set; } = new();

    /// <summary>How long a process that was started gets to end by itself before it is killed.</summary>
    internal TimeSpan Farewell { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Adds to a list what is wrong: which key, its value, the allowed range.</summary>
    internal void Validate(string path, List<string> faults)
    {
        if (Command is null == Url is null)
        {
            faults.Add($"{path} has {(Url is null ? "neither" : "both")} {nameof(Command)} and {nameof(Url)}: set one of them.");
        }

        if (Url is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https"))
        {
            faults.Add($"{path}:{nameof(Url)} is '{url}': set a URL with http or https.");
        }

        InRange(nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        InRange(nameof(ReconnectDelay), ReconnectDelay, TimeSpan.Zero, TimeSpan.FromDays(1));
        InRange(nameof(MaxReconnectDelay), MaxReconnectDelay, ReconnectDelay, TimeSpan.FromDays(1));
        Call.Validate($"{path}:{nameof(Call)}", faults);

        void InRange(string name, TimeSpan value, TimeSpan min, TimeSpan max)
        {
            if (value < min || value > max)
            {
                faults.Add($"{path}:{name} is {value}: set a time from {min} to {max}.");
            }
        }
    }

    /// <summary>Takes over what the configuration says.</summary>
    internal void Read(SettingsReader settings)
    {
        Command = settings.Text(nameof(Command)) ?? Command;
        Arguments = settings.Has(nameof(Arguments)) ? [.. settings.Texts(nameof(Arguments))] : Arguments;
        WorkingDirectory = settings.Text(nameof(WorkingDirectory)) ?? WorkingDirectory;
        Only = settings.Has(nameof(Only)) ? [.. settings.Texts(nameof(Only))] : Only;
        ConnectTimeout = settings.Time(nameof(ConnectTimeout), TimeSpan.Zero, TimeSpan.MaxValue) ?? ConnectTimeout;
        ReconnectDelay = settings.Time(nameof(ReconnectDelay), TimeSpan.Zero, TimeSpan.MaxValue) ?? ReconnectDelay;
        MaxReconnectDelay = settings.Time(nameof(MaxReconnectDelay), TimeSpan.Zero, TimeSpan.MaxValue) ?? MaxReconnectDelay;
        Url = settings.Text(nameof(Url)) is { } url ? new Uri(url, UriKind.RelativeOrAbsolute) : Url;
        Read(settings, nameof(Environment), Environment);
        Read(settings, nameof(Headers), Headers);
        settings.End();
    }

    private static void Read(SettingsReader settings, string name, IDictionary<string, string> into)
    {
        foreach ((string key, var value) in settings.Members(name))
        {
            into[key] = value.ToString();
        }
    }
}
