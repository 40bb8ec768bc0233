using System.Globalization;

namespace Ganglion.Tools.BuiltIn;

/// <summary>Hosts that are listed: <c>example.com</c>, <c>*.example.com</c>, <c>example.com:8443</c>.</summary>
internal sealed class HostList
{
    private readonly List<(string Host, bool IsBelow, int? Port)> _hosts = [];

    /// <exception cref="ArgumentException">One of them cannot be a host.</exception>
    public HostList(IEnumerable<string> hosts)
    {
        foreach (string listed in hosts)
        {
            bool isBelow = listed.StartsWith("*.", StringComparison.Ordinal);
            string rest = isBelow ? listed[2..] : listed;
            if (!Uri.TryCreate($"https://{rest}/", UriKind.Absolute, out Uri? url)
                || url.PathAndQuery != "/"
                || url.UserInfo.Length > 0
                || url.IdnHost.Contains('*', StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{listed}' is no host: write it as example.com, *.example.com or example.com:8443.", nameof(hosts));
            }

            // The port of https is not to be told from none, unless it is looked for.
            int? port = rest.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{url.Port}"), StringComparison.Ordinal) ? url.Port : null;
            _hosts.Add((url.IdnHost, isBelow, port));
        }
    }

    public bool Has(Uri url) => _hosts.Any(one =>
        (one.Port is { } port ? url.Port == port : url.IsDefaultPort)
        && (one.IsBelow
            ? url.IdnHost.EndsWith($".{one.Host}", StringComparison.OrdinalIgnoreCase)
            : url.IdnHost.Equals(one.Host, StringComparison.OrdinalIgnoreCase)));
}
