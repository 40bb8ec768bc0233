using System.Diagnostics;

namespace Ganglion.Telemetry;

/// <summary>The names under which traces and metrics are published, for those who collect them.</summary>
public static class GanglionTelemetry
{
    /// <summary>The name of the one activity source.</summary>
    public const string ActivitySourceName = "Ganglion";

    /// <summary>The name of the one meter.</summary>
    public const string MeterName = "Ganglion";

    /// <summary>The value of <c>messaging.system</c>.</summary>
    internal const string MessagingSystem = "ganglion";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);
}
