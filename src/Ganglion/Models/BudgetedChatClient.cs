using System.Runtime.CompilerServices;
using Ganglion.Budgets;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>
/// A client of a model that spends of budgets: before a call it reserves what that may cost at most, and behind it settles what it did cost, as the model says or, if it does not, as
/// is estimated from the texts. A call that has failed counts as a request without tokens; one that was given up, with those of its prompt.
/// </summary>
/// <remarks>An answer that is streamed is paid for as it comes: if there is no more room in the middle of it, it ends there with <see cref="BudgetExhaustedException"/>, settled.</remarks>
public sealed class BudgetedChatClient : DelegatingChatClient
{
    private readonly IBudgets _budgets;
    private readonly ModelPrices _prices;
    private readonly BudgetedChatOptions _options;

    /// <summary>Puts budgets around a client.</summary>
    /// <param name="innerClient">The client. It is disposed of with this one.</param>
    /// <param name="budgets">The budgets.</param>
    /// <param name="prices">What models cost; a model that is not among them costs nothing.</param>
    /// <param name="options">What its calls are for.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BudgetedChatClient(IChatClient innerClient, IBudgets budgets, ModelPrices prices, BudgetedChatOptions? options = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentNullException.ThrowIfNull(prices);
        _budgets = budgets;
        _prices = prices;
        _options = options ?? new BudgetedChatOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.OutputTokens, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.OutputTokens, 1_000_000, nameof(options));
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetExhaustedException">There is no room for the call; it was not made.</exception>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        var call = new Call(this, prompt, options);
        using Reservation reservation = await _budgets.AcquireAsync(call.Spending, cancellationToken).ConfigureAwait(false);
        try
        {
            ChatResponse response = await base.GetResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false);
            reservation.Settle(call.Spent(response.Usage, TokenEstimate.Of(response.Messages.SelectMany(message => message.Contents))));
            return response;
        }
        catch (OperationCanceledException)
        {
            reservation.Settle(call.Spent(null, 0));
            throw;
        }
        catch
        {
            reservation.Settle(new Usage(1));
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetExhaustedException">There is no room for the call, or for more of its answer. What was paid for has been returned.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        var call = new Call(this, prompt, options);
        using Reservation reservation = await _budgets.AcquireAsync(call.Spending, cancellationToken).ConfigureAwait(false);
        UsageDetails? told = null;
        long output = 0;
        bool hasAnswer = false, isWhole = false;
        try
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false))
            {
                hasAnswer = true;
                output += TokenEstimate.Of(update.Contents);
                foreach (UsageContent usage in update.Contents.OfType<UsageContent>())
                {
                    (told ??= new UsageDetails()).Add(usage.Details);
                }

                await PayAsync(call, reservation, output, cancellationToken).ConfigureAwait(false);
                yield return update;
            }

            isWhole = true;
        }
        finally
        {
            // What was told before the end is not all.
            UsageDetails? usage = isWhole ? told : null;
            reservation.Settle(hasAnswer || isWhole || cancellationToken.IsCancellationRequested ? call.Spent(usage, output) : new Usage(1));
        }
    }

    // Some more than is needed now; if there is not so much, just that.
    private async ValueTask PayAsync(Call call, Reservation reservation, long output, CancellationToken cancellationToken)
    {
        long missing = output - call.ReservedOutput;
        if (missing <= 0)
        {
            return;
        }

        long more = Math.Max(missing, _options.OutputTokens);
        try
        {
            await reservation.ExtendAsync(call.More(more), cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetExhaustedException) when (missing < more)
        {
            more = missing;
            await reservation.ExtendAsync(call.More(more), cancellationToken).ConfigureAwait(false);
        }

        call.ReservedOutput += more;
    }

    /// <summary>What is known of a call.</summary>
    private sealed class Call
    {
        private readonly ModelPrice _price;
        private readonly long _input;

        public Call(BudgetedChatClient client, ChatMessage[] prompt, ChatOptions? options)
        {
            BudgetedChatOptions known = client._options;
            var metadata = client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
            string? model = known.Model ?? options?.ModelId ?? metadata?.DefaultModelId;
            _price = client._prices.Of(model);
            _input = TokenEstimate.Of(prompt, options);
            ReservedOutput = options?.MaxOutputTokens ?? known.OutputTokens;
            var spending = new Spending(new Usage(1, _input + ReservedOutput, _price.Of(_input, ReservedOutput)))
            {
                Model = model,
                Provider = known.Provider ?? metadata?.ProviderName,
                Tenant = known.Tenant,
                Tier = known.Tier,
                Urgency = known.Urgency,
                CanDowngrade = known.CanDowngrade,
            };
            Spending = known.Describe?.Invoke(spending, options) ?? spending;
        }

        public Spending Spending { get; }

        public long ReservedOutput { get; set; }

        public Usage More(long output) => new(0, output, _price.Of(0, output));

        public Usage Spent(UsageDetails? told, long output)
        {
            long inputTokens = told?.InputTokenCount ?? _input;
            long outputTokens = told?.OutputTokenCount ?? (told?.TotalTokenCount is { } total ? Math.Max(0, total - inputTokens) : output);
            return new Usage(1, inputTokens + outputTokens, _price.Of(inputTokens, outputTokens));
        }
    }
}
