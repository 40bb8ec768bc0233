using System.Globalization;
using Ganglion.AspNetCore;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Where a host of Ganglion listens.</summary>
public static class GanglionWebApplicationBuilderExtensions
{
    /// <summary>The port at which tools look for a host that was not told another: 5080.</summary>
    public const int GanglionPort = 5080;

    /// <summary>
    /// Listens on the loopback address only, unless the configuration (<c>--urls</c>, <c>ASPNETCORE_URLS</c>,
    /// <c>Kestrel:Endpoints</c>, …) says otherwise: nobody outside of this machine reaches a host that nobody has secured. Takes
    /// half as many connections at a time as the process may have files open, at most 10,000, unless Kestrel's
    /// <c>MaxConcurrentConnections</c> is set: a process without file handles cannot write its log.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="port">The port; 0 lets the system choose. Default <see cref="GanglionPort"/>.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder ListenOnLoopback(this WebApplicationBuilder builder, int port = GanglionPort)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConfigurationManager configuration = builder.Configuration;
        bool isTold = configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 }
            || configuration[WebHostDefaults.HttpPortsKey] is { Length: > 0 }
            || configuration[WebHostDefaults.HttpsPortsKey] is { Length: > 0 }
            || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        if (!isTold)
        {
            builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentConnections ??= ConnectionLimit.OfProcess());
        return builder;
    }
}
