using System.Diagnostics.CodeAnalysis;

namespace Ganglion.Runtime.Scheduling;

/// <summary>The instances that have something to do, and which of them is next. Many threads use it at once.</summary>
internal interface IReadyQueue<TInstance>
    where TInstance : class
{
    /// <summary>Whether somebody may have a turn now.</summary>
    bool HasNext { get; }

    /// <summary>An instance has something to do.</summary>
    void Enqueue(TInstance instance);

    /// <summary>Takes the next instance.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="lane">The lane in which its turn is; <see langword="null"/>: in none.</param>
    /// <returns>Whether there is one that may have a turn now.</returns>
    bool TryDequeue([NotNullWhen(true)] out TInstance? instance, out ReadyLane? lane);

    /// <summary>A turn is over that was begun in a lane.</summary>
    void Leave(ReadyLane lane);
}
