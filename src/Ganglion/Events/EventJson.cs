namespace Ganglion.Events;

/// <summary>Writes and reads events as the JSON event format of CloudEvents 1.0.2 says (structured mode).</summary>
public static partial class EventJson
{
    /// <summary>The deepest nesting that is read, the event itself counted.</summary>
    internal const int MaxDepth = 64;
}
