namespace Ganglion.Tools.BuiltIn;

/// <summary>What may be fetched.</summary>
public sealed record HttpFetchOptions
{
    /// <summary>
    /// The hosts that may be asked: <c>example.com</c>, <c>*.example.com</c> for all below it, <c>example.com:8443</c> for another port. Their addresses must be public ones. Default: none.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Hosts that may be asked although their addresses are private, of this machine, or of the link; written as <see cref="Hosts"/> are. Default: none.</summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    /// <summary>Whether <c>http</c> will do, which anybody on the way can read and change. Default: <c>https</c> only.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>How much of an answer is read, unpacked; the rest is left. Default 256 KiB.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>How many redirections are followed, each to a host that may be asked. Default 5.</summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>How long all of it may take. Default 20 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);
}
