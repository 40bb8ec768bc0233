using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

/// <summary>The source of the events that application code sends.</summary>
internal static class ApplicationSource
{
    public static string Of(IServiceProvider services) =>
        $"/apps/{Uri.EscapeDataString(services.GetService<IHostEnvironment>()?.ApplicationName ?? "ganglion")}";
}
