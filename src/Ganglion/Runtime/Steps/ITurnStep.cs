namespace Ganglion.Runtime.Steps;

/// <summary>A step that an event takes when it is its turn: one event of an instance at a time, many instances at once.</summary>
internal interface ITurnStep
{
    ValueTask RunAsync(Invocation invocation);
}
