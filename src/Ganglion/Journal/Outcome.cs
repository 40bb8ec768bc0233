namespace Ganglion.Journal;

/// <summary>What an operation ended with: data, nothing, or a failure.</summary>
/// <param name="Data">The data.</param>
/// <param name="ContentType">What the data is.</param>
/// <param name="Failure">What went wrong; then there is no data.</param>
internal sealed record Outcome(ReadOnlyMemory<byte>? Data = null, string? ContentType = null, Failure? Failure = null)
{
    /// <summary>It has ended well, and there is nothing to tell.</summary>
    public static Outcome Nothing { get; } = new();
}

/// <summary>What went wrong, as far as another process can be told.</summary>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">Its message.</param>
internal sealed record Failure(string Type, string Message);
