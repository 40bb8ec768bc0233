namespace Ganglion.Guards.Composites;

/// <summary>A guard of guards, each of which keeps its own time.</summary>
internal interface ICompositeGuard : IBoundedGuard
{
    /// <summary>How long its guards may take together.</summary>
    TimeSpan Timeout { get; }
}
