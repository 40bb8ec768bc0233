using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;

namespace EndToEnd.Transfers;

/// <summary>What tests/TransferProcess has left behind, on the broker and outside, and what must hold of it however often it was killed.</summary>
internal sealed class TransferOutcome
{
    private const int Opening = 1_000;
    private const int MostTold = 10;

    private readonly List<Answer> _published = [];
    private readonly Dictionary<int, Answer> _atDesk = [];
    private readonly List<Movement> _movements = [];
    private readonly List<Audit> _audits = [];
    private readonly Dictionary<string, int> _balances = [];
    private readonly List<string> _waiting = [];
    private readonly List<string> _deadLetters = [];
    private readonly List<string> _effects;

    private TransferOutcome(IEnumerable<string> effects)
    {
        _effects = [.. effects];
    }

    public static async Task<TransferOutcome> ReadAsync(IEventBroker broker, string receipts)
    {
        var outcome = new TransferOutcome(await File.ReadAllLinesAsync(receipts));
        foreach (TopicDescription topic in await broker.Topics.ListAsync())
        {
            await outcome.ReadAsync(broker, topic);
        }

        return outcome;
    }

    /// <summary>Compares it with what customers have asked for and were told.</summary>
    public void Check(Customers customers)
    {
        Answer[] answers = [.. customers.Answers];
        CheckAnswers(customers.Asked, answers);
        CheckMovements(answers);
        CheckBalances();
        CheckAudits();
        CheckEffects(answers);
        _waiting.ShouldBeEmpty("Nothing waits any more.");
        _deadLetters.ShouldBeEmpty();
    }

    /// <summary>What there was to check, in figures.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_published.Count + _atDesk.Count} transfers ({Answers.Count(answer => !answer.Done)} refused), {_movements.Count} movements, "
            + $"{Keys.Count()} effects of which {_effects.Count - Keys.Count()} were repeated");

    private IEnumerable<Answer> Answers => [.. _published, .. _atDesk.Values];

    private IEnumerable<string> Keys => _effects.Select(line => line.Split(' ')[2]).Distinct();

    private void CheckAnswers(int asked, Answer[] told)
    {
        Compare(Answers.Select(answer => answer.Number), Enumerable.Range(1, asked), "Each transfer is answered once.");
        Compare(told.Select(Text), Answers.Select(Text), "Each customer has got the answer that there is.");
        told.ShouldContain(answer => answer.Done);
        told.ShouldContain(answer => !answer.Done);

        static string Text(Answer answer) => $"{answer.Number} {answer.Done} {string.Join(' ', answer.Receipts.AsEnumerable())}";
    }

    private void CheckMovements(Answer[] answers)
    {
        IEnumerable<string> wanted =
            from answer in answers
            where answer.Done
            let transfer = Transfer.Invent(answer.Number)
            from movement in transfer.To.Select(to => $"{transfer.Number} {to} {transfer.Amount}")
                .Append($"{transfer.Number} {transfer.From} {-transfer.Amount * transfer.To.Length}")
            select movement;

        Compare(
            _movements.Select(movement => $"{movement.Number} {movement.Account} {movement.Amount}"),
            wanted,
            "Each transfer that was not refused has moved its amounts once.");
    }

    private void CheckBalances()
    {
        _balances.Values.Sum().ShouldBe(Opening * _balances.Count, "Nothing comes from nowhere, and nothing goes.");
        foreach (IGrouping<string, Movement> account in _movements.GroupBy(movement => movement.Account))
        {
            int balance = Opening;
            foreach (Movement movement in account)
            {
                movement.Balance.ShouldBe(balance += movement.Amount, "Each step has seen the one before.");
                balance.ShouldBeGreaterThanOrEqualTo(0);
            }

            _balances[account.Key].ShouldBe(balance, account.Key);
        }
    }

    private void CheckAudits()
    {
        Compare(_audits.Select(audit => audit.Movement), _movements, "Each movement is audited once.");
        foreach (IGrouping<string, Audit> region in _audits.GroupBy(audit => audit.Movement.Region))
        {
            Compare(region.Select(audit => audit.Count), Enumerable.Range(1, region.Count()), region.Key);
        }
    }

    private void CheckEffects(Answer[] answers)
    {
        Receipt[] receipts = [.. answers.SelectMany(answer => answer.Receipts)];
        receipts.Select(receipt => $"{receipt}").Except(_effects).Take(MostTold).ShouldBeEmpty("What an answer tells of is what has happened outside.");
        Compare(Keys, receipts.Select(receipt => receipt.Key), "Each effect is done under its one key.");
    }

    // There may be a hundred thousand of them: a few that differ tell enough.
    private static void Compare<T>(IEnumerable<T> actual, IEnumerable<T> wanted, string what)
        where T : notnull
    {
        var counts = actual.CountBy(one => one).ToDictionary();
        foreach ((T one, int count) in wanted.CountBy(one => one))
        {
            counts[one] = counts.GetValueOrDefault(one) - count;
        }

        counts.Where(one => one.Value != 0).Select(one => $"{one.Value:+0;-0} of {one.Key}").Take(MostTold).ShouldBeEmpty(what);
    }

    private async Task ReadAsync(IEventBroker broker, TopicDescription topic)
    {
        IAsyncEnumerable<Record> records = broker.ReadAllAsync(topic);
        switch (topic.Name)
        {
            case "transfer.answered":
                await AddAsync(records, _published);
                break;
            case "account.moved":
                await AddAsync(records, _movements);
                break;
            case "audit.closed":
                await AddAsync(records, _audits);
                break;
            case "account.state":
                await foreach ((string account, Record state) in NewestAsync(records))
                {
                    _balances.Add(account, Read<Balance>(state).Amount);
                }

                break;
            case "desk.state":
                await foreach ((_, Record state) in NewestAsync(records))
                {
                    Answer answer = Read<Answer>(state);
                    _atDesk.Add(answer.Number, answer);
                }

                break;
            case var name when name.EndsWith(".journal", StringComparison.Ordinal) || name.EndsWith(".timers", StringComparison.Ordinal):
                _waiting.AddRange(await NewestAsync(records).Select(waiting => $"{name} {waiting.Key}").ToListAsync());
                break;
            case var name when name.EndsWith(".dlq", StringComparison.Ordinal):
                _deadLetters.AddRange(await records.Select(record => $"{name} {Encoding.UTF8.GetString(record.Value!.Value.Span)}").ToListAsync());
                break;
        }
    }

    private static async Task AddAsync<T>(IAsyncEnumerable<Record> records, List<T> to)
    {
        await foreach (Record record in records)
        {
            to.Add(Read<T>(record));
        }
    }

    /// <summary>What a compacted topic says of each key.</summary>
    private static async IAsyncEnumerable<(string Key, Record Record)> NewestAsync(IAsyncEnumerable<Record> records)
    {
        var newest = new Dictionary<string, Record>();
        await foreach (Record record in records)
        {
            newest[Encoding.UTF8.GetString(record.Key!.Value.Span)] = record;
        }

        foreach ((string key, Record record) in newest)
        {
            if (record.Value is not null)
            {
                yield return (key, record);
            }
        }
    }

    private static T Read<T>(Record record) => JsonSerializer.Deserialize<T>(record.Value!.Value.Span, JsonSerializerOptions.Web)!;
}
