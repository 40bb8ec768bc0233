using System.Globalization;
using Ganglion.Brokers;

namespace EndToEnd.Transfers;

/// <summary>
/// The proof of exactly once: agents transfer amounts between accounts by requests to each other, with effects outside, and their
/// process is killed at random moments throughout. The same for every broker.
/// </summary>
public abstract class TransferTests : IDisposable
{
    /// <summary>How often the process is killed, if not <see cref="Kills"/> times.</summary>
    public const string KillsVariable = "GANGLION_KILLS";

    private protected const int CustomersAtATime = 32;
    private protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(1);

    /// <summary>What tests/TransferProcess calls the broker.</summary>
    protected abstract string BrokerName { get; }

    /// <summary>How often the process is killed.</summary>
    protected virtual int Kills => 25;

    /// <summary>How often a second host comes and goes.</summary>
    protected virtual int Visits => 12;

    private protected TemporaryFolder Folder => _folder;

    [Fact]
    public async Task Killed_at_random_throughout_every_transfer_happens_once_and_every_request_is_answered()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) ?? $"{Kills}", CultureInfo.InvariantCulture);
        var customers = new Customers(CustomersAtATime);
        for (int kill = 0; kill < kills; kill++)
        {
            await using var bank = SampleProcess.StartTransfers(_folder.File(""), BrokerName);
            await KillSomeTimeAsync(bank, customers);
        }

        customers.Answers.Count().ShouldBeGreaterThan(kills, "There was hardly anything under way when the process was killed.");
        await using var last = SampleProcess.StartTransfers(_folder.File(""), BrokerName);
        using HttpClient client = await last.ConnectAsync();
        Task visit = customers.VisitAsync(client);
        string outcome = await FinishAsync(last, client, customers, visit);
        TestContext.Current.SendDiagnosticMessage($"{kills} kills: {outcome}");
    }

    [Fact(Timeout = 180_000)]
    public async Task When_one_of_two_hosts_goes_again_and_again_every_transfer_happens_once_and_every_request_is_answered()
    {
        var customers = new Customers(CustomersAtATime);
        await using var bank = SampleProcess.StartTransfers(_folder.File(""), BrokerName);
        using HttpClient client = await bank.ConnectAsync();
        Task visit = customers.VisitAsync(client);
        for (int round = 0; round < Visits; round++)
        {
            (await client.PostAsync("/branches", null)).EnsureSuccessStatusCode();
            await customers.WhenAnsweredAsync(_random.Next(1, 60));
            (await client.DeleteAsync($"/branches?isAbrupt={round % 2 == 0}")).EnsureSuccessStatusCode();
            await customers.WhenAnsweredAsync(_random.Next(1, 20));
        }

        TestContext.Current.SendDiagnosticMessage($"Two hosts: {await FinishAsync(bank, client, customers, visit)}");
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the broker that the process has used, and uses no longer.</summary>
    protected abstract Task<IEventBroker> OpenBrokerAsync();

    // Lets everything come to its end, and checks what is left. Returns what there was to check.
    private protected async Task<string> FinishAsync(SampleProcess bank, HttpClient client, Customers customers, Task visit)
    {
        await customers.FinishAsync().WaitAsync(Patience);
        await WhenAuditedAsync(client, customers.Answers).WaitAsync(Patience);
        bank.Signal("TERM");
        (await bank.WaitForExitAsync()).ExitCode.ShouldBe(0, bank.Errors);
        await visit;

        await using IEventBroker broker = await OpenBrokerAsync();
        TransferOutcome outcome = await TransferOutcome.ReadAsync(broker, _folder.File("receipts"));
        outcome.Check(customers);
        return $"{outcome}";
    }

    // The last that happens for a transfer: a timer for each of its movements.
    private static async Task WhenAuditedAsync(HttpClient client, IEnumerable<Answer> answers)
    {
        int movements = answers.Where(answer => answer.Done).Sum(answer => Transfer.Invent(answer.Number).To.Length + 1);
        await client.FollowAsync("audit.closed").Take(movements).CountAsync();
    }

    // One in five dies while it starts, the others at their work.
    private async Task KillSomeTimeAsync(SampleProcess bank, Customers customers)
    {
        if (_random.Next(5) == 0)
        {
            await Task.Delay(_random.Next(600));
            await bank.KillAsync();
            return;
        }

        using HttpClient client = await bank.ConnectAsync();
        Task visit = customers.VisitAsync(client);
        await customers.WhenAnsweredAsync(_random.Next(20)).WaitAsync(Patience);
        await Task.Delay(_random.Next(300));
        await bank.KillAsync();
        await visit;
    }
}
