using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace EndToEnd.Transfers;

/// <summary>
/// Customers of a bank, which is a process that dies and comes back. Each asks for one transfer after the other, and does not give up: as
/// long as there is no answer, it asks for the same one under the same id, whenever the bank is open again.
/// </summary>
internal sealed class Customers
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<Answer>> _asked = new();
    private readonly Channel<int> _answered = Channel.CreateUnbounded<int>();
    private readonly Task[] _customers;
    private volatile TaskCompletionSource<OpenBank> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _haveEnough;
    private string? _position;
    private int _lastNumber;

    public Customers(int count)
    {
        _customers = [.. Enumerable.Range(0, count).Select(i => AskAgainAndAgainAsync(isAtDesk: i % 2 == 0))];
    }

    /// <summary>How many transfers have been asked for.</summary>
    public int Asked => _lastNumber;

    /// <summary>The answers so far.</summary>
    public IEnumerable<Answer> Answers => _asked.Values.Where(answer => answer.Task.IsCompletedSuccessfully).Select(answer => answer.Task.Result);

    /// <summary>The bank opens; completes when its process has died, or ends.</summary>
    public async Task VisitAsync(HttpClient client)
    {
        var bank = new OpenBank(client, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _open.SetResult(bank);
        try
        {
            await FollowAsync(client);
        }
        catch (Exception exception) when (IsOfDeadBank(exception))
        {
        }

        _open = new TaskCompletionSource<OpenBank>(TaskCreationOptions.RunContinuationsAsynchronously);
        bank.Closed.SetResult();
    }

    /// <summary>Completes when so many more have their answers.</summary>
    public async Task WhenAnsweredAsync(int more)
    {
        while (more-- > 0)
        {
            await _answered.Reader.ReadAsync();
        }
    }

    /// <summary>Lets them ask for nothing new; completes when each has its answer.</summary>
    public Task FinishAsync()
    {
        _haveEnough = true;
        return Task.WhenAll(_customers);
    }

    private static bool IsOfDeadBank(Exception exception) => exception is HttpRequestException or IOException or OperationCanceledException;

    private async Task AskAgainAndAgainAsync(bool isAtDesk)
    {
        while (!_haveEnough)
        {
            var transfer = Transfer.Invent(Interlocked.Increment(ref _lastNumber));
            Task answered = AnswerTo(transfer.Number).Task;
            while (!answered.IsCompleted)
            {
                OpenBank bank = await _open.Task;
                try
                {
                    await (isAtDesk ? RequestAsync(bank.Client, transfer) : PublishAsync(bank.Client, transfer));
                }
                catch (Exception exception) when (IsOfDeadBank(exception))
                {
                }

                await Task.WhenAny(answered, bank.Closed.Task);
            }

            _answered.Writer.TryWrite(transfer.Number);
        }
    }

    private TaskCompletionSource<Answer> AnswerTo(int number) =>
        _asked.GetOrAdd(number, _ => new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously));

    // The answer is the reply to the request.
    private async Task RequestAsync(HttpClient bank, Transfer transfer)
    {
        using HttpResponseMessage response = await bank.PutAsJsonAsync(
            string.Create(CultureInfo.InvariantCulture, $"/transfers/{transfer.Number}"), transfer);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        AnswerTo(transfer.Number).SetResult((await response.Content.ReadFromJsonAsync<Answer>())!);
    }

    // The answer lies on a topic of its own.
    private static async Task PublishAsync(HttpClient bank, Transfer transfer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/topics/transfer.requested/events?key={transfer.From}");
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-id", transfer.Number.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("ce-source", "/customers");
        request.Headers.Add("ce-type", "transfer.requested");
        request.Content = JsonContent.Create(transfer);
        using HttpResponseMessage response = await bank.SendAsync(request);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    // What is answered twice, or told twice, cannot be set twice.
    private async Task FollowAsync(HttpClient bank)
    {
        await foreach ((string? id, JsonNode message) in bank.FollowAsync("transfer.answered", _position))
        {
            Answer answer = message["event"]!["data"].Deserialize<Answer>(JsonSerializerOptions.Web)!;
            AnswerTo(answer.Number).SetResult(answer);
            _position = id;
        }
    }

    private sealed record OpenBank(HttpClient Client, TaskCompletionSource Closed);
}
