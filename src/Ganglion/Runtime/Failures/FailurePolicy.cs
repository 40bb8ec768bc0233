using System.Runtime.ExceptionServices;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Journal;
using Ganglion.Routes;
using Ganglion.State;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace Ganglion.Runtime.Failures;

/// <summary>Decides what becomes of an event that could not be handled: again after a pause, or parked.</summary>
internal sealed partial class FailurePolicy(
    AgentOptions options, DeadLetterWriter deadLetters, RefusedRequests refusals, JournalWriter journals, AgentMetrics metrics, ILogger logger)
{
    private readonly BackOff _pauses = new(options.RetryDelay, options.MaxRetryDelay);

    /// <summary>Decides.</summary>
    /// <returns>After which pause it is to be handled again; <see langword="null"/>: it has been parked.</returns>
    /// <exception cref="AgentBrokenException">Not the event is at fault, but the agent.</exception>
    public TimeSpan? Decide(Invocation invocation, Exception exception)
    {
        if (invocation.Input.IsLost)
        {
            return null;
        }

        exception = Tellable(exception);
        if (invocation.PutAside is { } deferred)
        {
            invocation.Input.AgentPartition!.Held.Undo(deferred);
            invocation.PutAside = null;
        }

        if (exception is RejectedAnswerException { Reason: var reason })
        {
            // The answer is at fault; the invocation goes on waiting.
            (invocation.Event, invocation.Origin) = invocation.Arrived!.Value;
            (invocation.Parkable, invocation.Operation, invocation.Open) = (null, null, null);
            Park(invocation, reason);
            return null;
        }

        if (exception is AgentBrokenException)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        if (exception is HandlerPausedException)
        {
            // As if it had not been begun.
            invocation.Attempts--;
            LogPaused(invocation.Origin);
            return TimeSpan.Zero;
        }

        if (exception is BrokenCircuitException open)
        {
            // The dependency's fault, not the event's: this attempt does not count, and it is made again when the breaker may have closed.
            invocation.Attempts--;
            metrics.Retried(invocation.Origin.Topic);
            TimeSpan first = open.RetryAfter is { } after && after > options.RetryDelay ? after : options.RetryDelay;
            TimeSpan wait = new BackOff(first, options.MaxRetryDelay).After(1);
            LogCircuitOpen(invocation.Origin, wait);
            return wait;
        }

        if (exception is RouteException)
        {
            // This host lacks what a stage of the route needs: the event waits until it has it, or somebody else takes the partition over.
            invocation.Attempts--;
            metrics.Retried(invocation.Origin.Topic);
            LogNoWay(exception, invocation.Origin, options.MaxRetryDelay);
            return options.MaxRetryDelay;
        }

        bool isHopeless = IsHopeless(exception);
        if (!isHopeless && invocation.Instance is { Partition.Suspension: var suspension } && suspension.Failed(invocation, exception))
        {
            // Not the event's fault: this attempt does not count.
            invocation.Attempts--;
            metrics.Retried(invocation.Origin.Topic);
            LogSuspended(exception, invocation.Origin);
            return TimeSpan.Zero;
        }

        // Each attempt of a handler that blocks its thread would cost another thread.
        if (isHopeless || exception is HandlerBlockedException || invocation.Attempts > options.Retries)
        {
            Park(invocation, exception);
            return null;
        }

        TimeSpan pause = _pauses.After(invocation.Attempts);
        metrics.Retried(invocation.Origin.Topic);
        LogRetry(exception, invocation.Origin, invocation.Attempts, pause);
        return pause;
    }

    public void Park(Invocation invocation, Exception exception)
    {
        exception = Tellable(exception);
        if (refusals.TryRefuse(invocation, exception))
        {
            metrics.Refused(invocation.Origin.Topic);
            LogRefused(exception, invocation.Origin);
            return;
        }

        deadLetters.Park(invocation, exception);
        journals.Park(invocation, exception);
        metrics.Parked(invocation.Origin.Topic);
        LogParked(exception, invocation.Origin, invocation.DeadLetterTopic!);
        FaultHook.Reach(FaultPoints.EventParked);
    }

    // Handlers throw what they like, also exceptions whose text throws: whoever logs or parks those must not fall over them.
    private static Exception Tellable(Exception exception)
    {
        try
        {
            _ = exception.Message.Length + exception.ToString().Length;
            return exception;
        }
        catch (Exception broken)
        {
            return new InvalidOperationException($"The handler has thrown {exception.GetType()}, whose text cannot be read: {broken.GetType()}.");
        }
    }

    private static bool IsHopeless(Exception exception) => exception
        is EventFormatException or EventDataException or StateException or UnprocessableEventException or JournalException or EffectFailedException or RequestTimeoutException
            or RequestFailedException or RequestCancelledException or UndeliverableException or CallCycleException
            or InstanceBusyException;

    [LoggerMessage(110, LogLevel.Warning, "Handling {Origin} failed at attempt {Attempt}; again in {Pause}.")]
    private partial void LogRetry(Exception exception, Origin origin, int attempt, TimeSpan pause);

    [LoggerMessage(234, LogLevel.Debug, "Handling {Origin} was cancelled by a pause; again when that has ended.")]
    private partial void LogPaused(Origin origin);

    [LoggerMessage(117, LogLevel.Debug, "Handling {Origin} waits for a circuit breaker; again in {Pause}.")]
    private partial void LogCircuitOpen(Origin origin, TimeSpan pause);

    [LoggerMessage(116, LogLevel.Debug, "Handling {Origin} failed while everything fails; it waits for a probe to succeed.")]
    private partial void LogSuspended(Exception exception, Origin origin);

    [LoggerMessage(113, LogLevel.Warning, "The request {Origin} has failed, and its caller is told.")]
    private partial void LogRefused(Exception exception, Origin origin);

    [LoggerMessage(147, LogLevel.Error, "{Origin} cannot go its way on this host; it is tried again in {Pause}.")]
    private partial void LogNoWay(Exception exception, Origin origin, TimeSpan pause);

    [LoggerMessage(111, LogLevel.Error, "{Origin} cannot be handled and is parked in {Topic}.")]
    private partial void LogParked(Exception exception, Origin origin, string topic);
}
