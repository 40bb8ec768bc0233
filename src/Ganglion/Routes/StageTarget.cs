namespace Ganglion.Routes;

/// <summary>A topic to which a stage may send events.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="IsCopy">Whether the event goes on nevertheless; otherwise its way ends there.</param>
internal readonly record struct StageTarget(string Topic, bool IsCopy = false);
