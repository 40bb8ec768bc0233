using System.Runtime.CompilerServices;
using Ganglion.Budgets;
using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;

namespace Ganglion.Models;

/// <summary>
/// A chain of clients: the first that can answers. One that is overloaded, broken, out of budget, or was so just now (its circuit breaker is open, or the provider said when to come again) is passed
/// over for the next: another endpoint, or a cheaper model. Thread-safe, if the clients are.
/// </summary>
/// <remarks>An answer that is streamed is that of one client: once a part of it was returned, a failure is the caller's.</remarks>
public sealed class FallbackChatClient : IChatClient
{
    private readonly Endpoint[] _endpoints;
    private readonly FallbackChatOptions _options;

    /// <summary>Makes a chain.</summary>
    /// <param name="targets">The clients, in the order in which they are tried.</param>
    /// <param name="options">When to turn to the next.</param>
    /// <exception cref="ArgumentException">There is none, or a breaker cannot be as it is set up.</exception>
    public FallbackChatClient(IEnumerable<FallbackChatTarget> targets, FallbackChatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        _options = options ?? new FallbackChatOptions();
        try
        {
            _endpoints = [.. targets.Select(target => new Endpoint(target, _options))];
        }
        catch (System.ComponentModel.DataAnnotations.ValidationException exception)
        {
            throw new ArgumentException($"A circuit breaker cannot be as it is set up: {exception.Message}", nameof(targets), exception);
        }

        if (_endpoints.Length == 0)
        {
            throw new ArgumentException("A chain has one client at least.", nameof(targets));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ModelUnavailableException">None has answered.</exception>
    /// <exception cref="BudgetExhaustedException">None has room in its budgets.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        var failures = new List<(string Name, Exception Reason)>();
        foreach (Endpoint endpoint in _endpoints)
        {
            try
            {
                return await endpoint.RunAsync(
                    client => client.GetResponseAsync(prompt, endpoint.OptionsFor(options), cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (MayFallBack(exception, cancellationToken))
            {
                failures.Add((endpoint.Name, exception));
            }
        }

        throw Unavailable(failures);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelUnavailableException">None has answered.</exception>
    /// <exception cref="BudgetExhaustedException">None has room in its budgets.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        IAsyncEnumerator<ChatResponseUpdate>? answer = await BeginAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            yield break;
        }

        await using ConfiguredAsyncDisposable own = answer.ConfigureAwait(false);
        do
        {
            yield return answer.Current;
        }
        while (await answer.MoveNextAsync().ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _endpoints[0].Client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes of all clients.</summary>
    public void Dispose()
    {
        foreach (Endpoint endpoint in _endpoints)
        {
            endpoint.Client.Dispose();
        }
    }

    // The answer with its first part; null: it has none.
    private async Task<IAsyncEnumerator<ChatResponseUpdate>?> BeginAsync(ChatMessage[] prompt, ChatOptions? options, CancellationToken cancellationToken)
    {
        var failures = new List<(string Name, Exception Reason)>();
        foreach (Endpoint endpoint in _endpoints)
        {
            try
            {
                return await endpoint.RunAsync(
                    client => BegunAnswer.OfAsync(client.GetStreamingResponseAsync(prompt, endpoint.OptionsFor(options), cancellationToken), cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (MayFallBack(exception, cancellationToken))
            {
                failures.Add((endpoint.Name, exception));
            }
        }

        throw Unavailable(failures);
    }

    private bool MayFallBack(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && (exception is BrokenCircuitException || _options.ShouldFallBack(exception));

    private static Exception Unavailable(List<(string Name, Exception Reason)> failures)
    {
        if (failures.TrueForAll(failure => failure.Reason is BudgetExhaustedException))
        {
            // What can be done about it is said by the last.
            return failures[^1].Reason;
        }

        string reasons = string.Join(' ', failures.Select(failure => $"{failure.Name}: {failure.Reason.Message}"));
        return new ModelUnavailableException($"No model has answered. {reasons} Try again later.", failures[^1].Reason);
    }
}
