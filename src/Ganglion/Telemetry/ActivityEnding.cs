using System.Diagnostics;

namespace Ganglion.Telemetry;

internal static class ActivityEnding
{
    /// <summary>Ends a span, as a failure if there was one.</summary>
    public static void End(this Activity activity, Exception? failure)
    {
        if (failure is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", ErrorTypes.Of(failure));
        }

        activity.Dispose();
    }
}
