namespace Ganglion.Runtime.Steps;

/// <summary>A step that every record takes in the order of its partition. It never waits.</summary>
internal interface IArrivalStep
{
    /// <summary>Takes the step.</summary>
    /// <returns>Whether the event goes on; otherwise it is finished, and the invocation's records are committed with it.</returns>
    bool Run(Invocation invocation);
}
