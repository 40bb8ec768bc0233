namespace Ganglion.Brokers.Listener;

/// <summary>A request after which the next one of its connection may be begun.</summary>
/// <param name="HasResponse">Completes when the response is written, and tells whether there is one.</param>
internal readonly record struct BegunRequest(Task<bool> HasResponse)
{
    /// <summary>The response is written already.</summary>
    public static BegunRequest Responded { get; } = new(Task.FromResult(true));
}
