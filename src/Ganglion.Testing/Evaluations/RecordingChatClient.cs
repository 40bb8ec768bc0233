using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>A client that records what a model answers, or answers what was recorded, without any model. Thread-safe.</summary>
/// <remarks>A streamed answer comes when it is whole.</remarks>
public sealed class RecordingChatClient : IChatClient
{
    /// <summary>The additional property of a recorded answer with how long it took: <c>ganglion.recorded.duration</c>, a <see cref="TimeSpan"/>.</summary>
    public const string DurationProperty = "ganglion.recorded.duration";

    private readonly ModelRecording _recording;
    private readonly string _model;
    private readonly IChatClient? _inner;

    /// <summary>Puts a recording around a client, or in its place.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="model">What the model is called in it.</param>
    /// <param name="innerClient">The client; a recording that answers needs none. It is disposed of with this one.</param>
    /// <exception cref="ArgumentNullException">The recording listens, and there is no client.</exception>
    public RecordingChatClient(ModelRecording recording, string model, IChatClient? innerClient = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (!recording.IsReplayed)
        {
            ArgumentNullException.ThrowIfNull(innerClient);
        }

        _recording = recording;
        _model = model;
        _inner = innerClient;
    }

    /// <inheritdoc/>
    /// <exception cref="EvaluationException">The prompt is not in the recording (<c>model-recording-missing</c>).</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        if (_recording.IsReplayed)
        {
            (ChatResponse recorded, TimeSpan duration) = _recording.Find(_model, prompt, options);
            (recorded.AdditionalProperties ??= [])[DurationProperty] = duration;
            return recorded;
        }

        long started = Stopwatch.GetTimestamp();
        ChatResponse response = await _inner!.GetResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        _recording.Add(_model, prompt, options, response, Stopwatch.GetElapsedTime(started));
        return response;
    }

    /// <inheritdoc/>
    /// <exception cref="EvaluationException">The prompt is not in the recording (<c>model-recording-missing</c>).</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _inner?.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes of the client.</summary>
    public void Dispose() => _inner?.Dispose();
}
