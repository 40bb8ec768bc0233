namespace Ganglion.Agents;

/// <summary>How an agent is run. Set in code where the agent is added, or in the configuration section <c>Ganglion:Agents:name</c>.</summary>
public sealed class AgentOptions
{
    // Timers of the platform take at most 49 days, and a pause may be a fifth longer than it is set to.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>
    /// How many partitions the agent's topics get when they are created; it bounds how many processes share the agent's work.
    /// Fixed once they exist. Default 8; 1 to 1,000.
    /// </summary>
    public int Partitions { get; set; } = 8;

    /// <summary>How many of the agent's instances handle an event at the same time, in this process. Default 256; 1 to 100,000.</summary>
    public int Concurrency { get; set; } = 256;

    /// <summary>
    /// How often an event whose handler throws is tried again before it is parked. Only its own instance waits meanwhile. Default
    /// 5; 0 to 1,000.
    /// </summary>
    public int Retries { get; set; } = 5;

    /// <summary>
    /// The pause before the first retry; each one after it is twice as long, and all vary by a fifth. Default 200 ms; at most
    /// <see cref="MaxRetryDelay"/>.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a retry. Default 30 s; at most 30 days.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how many events of a partition that have failed one after the other, none handled in between, it counts as the agent's or
    /// a dependency's fault and not as theirs: the partition is suspended. Its events wait and none is parked, while one after the other is
    /// handled, after pauses from <see cref="RetryDelay"/> to <see cref="MaxRetryDelay"/>, until that succeeds. Events that can never be
    /// handled, such as unreadable ones, are parked in any case and count neither way. 0: never. Default 10; at most 1,000,000.
    /// </summary>
    public int SuspendAfter { get; set; } = 10;

    /// <summary>
    /// How long a handler may take. Then its cancellation token fires and it counts as failed, whether or not it heeds the token. A
    /// handler that blocks its thread, rather than awaiting, cannot be ended: it is given up, and its event parked, within a quarter of this more.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: as long as it likes. Default 10 min; at most 30 days.
    /// </summary>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Of how many events of each partition the ids are remembered, so that a second one of the same source and id is dropped. 0:
    /// none, duplicates are handled. Default 10,000; at most 1,000,000.
    /// </summary>
    public int DeduplicationWindow { get; set; } = 10_000;

    /// <summary>
    /// How many bytes of events may be in the agent's hands, uncommitted, in this process, before it reads no further. Default 64
    /// MiB; at least 1 MiB. A partition of a topic takes no more of it than is free, so that what waits in one leaves room for the others.
    /// </summary>
    public long MaxBytesInFlight { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// How many bytes of the state of instances are kept in memory, in this process; the state of others is read from the log when
    /// it is needed. Default 64 MiB; at least 1 MiB.
    /// </summary>
    public long StateCacheBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// For how long the agent's topic of states keeps what was superseded, so that the state of an instance at an earlier time can be looked
    /// at. It is set when the topic is created. A host that starts reads all of it. Zero: what is superseded goes when the broker next compacts.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: for ever. Default 1 day.
    /// </summary>
    public TimeSpan StateHistory { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long handlers that are running get to finish when their partition moves to another process. What does not is done again
    /// there. Default 10 s; at most 30 days.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many events of an instance may wait for an <see cref="ExclusiveAttribute"/> handler that has it for itself. Further ones are
    /// parked. Default 1,000; at most 1,000,000.
    /// </summary>
    public int MaxDeferred { get; set; } = 1_000;

    internal List<PlacedMiddleware> Middleware { get; } = [];

    /// <summary>Runs code around the agent's handlers, inside of what runs around those of all agents of the host.</summary>
    /// <typeparam name="TMiddleware">The middleware.</typeparam>
    /// <param name="place">
    /// Where, from after <see cref="PipelineSteps.Recall"/> to before <see cref="PipelineSteps.Collect"/>. Of several in one place the first that
    /// was added is outermost. Default: before <see cref="PipelineSteps.Handle"/>.
    /// </param>
    /// <returns>These options, for more.</returns>
    public AgentOptions AddMiddleware<TMiddleware>(PipelinePlace? place = null)
        where TMiddleware : class, IAgentMiddleware
    {
        Middleware.Add(PlacedMiddleware.Of<TMiddleware>(place));
        return this;
    }

    /// <summary>The supervisor that restarts it when it breaks. Default: the one that every host has, <c>root</c>.</summary>
    public string Supervisor { get; set; } = "root";

    /// <summary>Adds to a list what is wrong: which key, its value, the allowed range.</summary>
    internal void Validate(string agent, List<string> faults)
    {
        InRange(nameof(Partitions), Partitions, 1, 1_000);
        InRange(nameof(Concurrency), Concurrency, 1, 100_000);
        InRange(nameof(Retries), Retries, 0, 1_000);
        InRange(nameof(SuspendAfter), SuspendAfter, 0, 1_000_000);
        InRange(nameof(DeduplicationWindow), DeduplicationWindow, 0, 1_000_000);
        InRange(nameof(MaxDeferred), MaxDeferred, 0, 1_000_000);
        InRange(nameof(MaxBytesInFlight), MaxBytesInFlight, 1024 * 1024, long.MaxValue);
        InRange(nameof(StateCacheBytes), StateCacheBytes, 1024 * 1024, long.MaxValue);
        TimeInRange(nameof(RetryDelay), RetryDelay, TimeSpan.Zero);
        TimeInRange(nameof(MaxRetryDelay), MaxRetryDelay, RetryDelay < Longest ? RetryDelay : Longest);
        TimeInRange(nameof(DrainTimeout), DrainTimeout, TimeSpan.Zero);
        if ((HandlerTimeout <= TimeSpan.Zero || HandlerTimeout > Longest) && HandlerTimeout != Timeout.InfiniteTimeSpan)
        {
            faults.Add(
                $"{Key(nameof(HandlerTimeout))} is {HandlerTimeout}: set a time above zero and of at most {Longest}, or -00:00:00.0010000 for none.");
        }

        if (StateHistory < TimeSpan.Zero && StateHistory != Timeout.InfiniteTimeSpan)
        {
            faults.Add($"{Key(nameof(StateHistory))} is {StateHistory}: set zero or more, or -00:00:00.0010000 for ever.");
        }

        void InRange(string name, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                faults.Add(most == long.MaxValue
                    ? $"{Key(name)} is {value}: set {least} or more."
                    : $"{Key(name)} is {value}: set {least} to {most}.");
            }
        }

        void TimeInRange(string name, TimeSpan value, TimeSpan least)
        {
            if (value < least || value > Longest)
            {
                faults.Add($"{Key(name)} is {value}: set {least} to {Longest}.");
            }
        }

        string Key(string name) => $"Ganglion:Agents:{agent}:{name}";
    }
}
