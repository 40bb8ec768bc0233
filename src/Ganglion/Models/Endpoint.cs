using Ganglion.Agents;
using Ganglion.Budgets;
using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;

namespace Ganglion.Models;

/// <summary>A client of a chain, with its circuit breaker.</summary>
internal sealed class Endpoint
{
    private readonly FallbackChatTarget _target;
    private readonly FallbackChatOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _breaker;
    private long _notBefore;

    public Endpoint(FallbackChatTarget target, FallbackChatOptions options)
    {
        _target = target;
        _options = options;
        _time = new SteadyTime(options.TimeProvider);
        _notBefore = _time.GetTimestamp();
        var breaker = new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = 5,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = TimeSpan.FromSeconds(15),

            // What has no room in a budget says nothing about who would have answered.
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } failure and not BudgetExhaustedException && options.ShouldFallBack(failure)),
        };
        target.ConfigureBreaker?.Invoke(breaker);
        _breaker = new ResiliencePipelineBuilder { TimeProvider = _time }.AddCircuitBreaker(breaker).Build();
    }

    public string Name => _target.Name;

    public IChatClient Client => _target.Client;

    public ChatOptions? OptionsFor(ChatOptions? options)
    {
        if (_target.Model is null)
        {
            return options;
        }

        ChatOptions own = options?.Clone() ?? new ChatOptions();
        own.ModelId = _target.Model;
        return own;
    }

    /// <summary>Asks the client for something.</summary>
    /// <exception cref="BrokenCircuitException">It is left alone now, and was not asked.</exception>
    public async Task<T> RunAsync<T>(Func<IChatClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        long wait = Volatile.Read(ref _notBefore) - _time.GetTimestamp();
        if (wait > 0)
        {
            throw new BrokenCircuitException("Its provider has asked to be left alone for now.");
        }

        try
        {
            // A call that is given up by its caller is no failure.
            return await _breaker.ExecuteAsync(async _ => await ask(Client).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (_options.RetryAfter(exception) is { } pause && pause > TimeSpan.Zero)
            {
                Volatile.Write(ref _notBefore, _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency));
            }

            throw;
        }
    }
}
