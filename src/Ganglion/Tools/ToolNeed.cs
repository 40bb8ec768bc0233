namespace Ganglion.Tools;

/// <summary>That a call needs approval: recorded, so that a handler which runs again asks the same, whatever is configured by then.</summary>
/// <param name="Queue">Whom to ask.</param>
/// <param name="Risk">How much harm it can do.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record ToolNeed(string Queue, double Risk, string Reason);
