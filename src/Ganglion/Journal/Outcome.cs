using Ganglion.Events;

namespace Ganglion.Journal;

/// <summary>What an operation ended with: data, an event, nothing, or a failure.</summary>
/// <param name="Data">The data.</param>
/// <param name="ContentType">What the data is.</param>
/// <param name="Failure">What went wrong; then there is no data.</param>
/// <param name="Event">The event that has answered; it has the data.</param>
/// <param name="Schema">The schema of the data.</param>
internal sealed record Outcome(
    ReadOnlyMemory<byte>? Data = null, string? ContentType = null, Failure? Failure = null, CloudEvent? Event = null, string? Schema = null)
{
    /// <summary>It has ended well, and there is nothing to tell.</summary>
    public static Outcome Nothing { get; } = new();

    /// <summary>Nobody has answered in time.</summary>
    public static Outcome TimedOut { get; } = new(Failure: new Failure(Failure.Timeout, "No answer has come in time."));

    /// <summary>Nobody waits for the answer any more.</summary>
    public static Outcome Cancelled { get; } = new(Failure: new Failure(Failure.Cancelled, "It was cancelled."));
}

/// <summary>What went wrong, as far as another process can be told.</summary>
/// <param name="Type">The exception's type, or one of the constants here.</param>
/// <param name="Message">Its message.</param>
/// <param name="Code">The stable code of the exception, if it has one.</param>
internal sealed record Failure(string Type, string Message, string? Code = null)
{
    /// <summary>The <see cref="Type"/> of what has taken too long.</summary>
    public const string Timeout = "timeout";

    /// <summary>The <see cref="Type"/> of what nobody can be asked.</summary>
    public const string Undeliverable = "undeliverable";

    /// <summary>The <see cref="Type"/> of what was cancelled.</summary>
    public const string Cancelled = "cancelled";
}
