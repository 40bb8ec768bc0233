namespace Ganglion.Telemetry;

/// <summary>The value of <c>error.type</c>: the stable code where there is one, else the exception's type.</summary>
internal static class ErrorTypes
{
    public static string Of(Exception exception) => exception is GanglionException { Code: var code } ? code : exception.GetType().FullName!;
}
