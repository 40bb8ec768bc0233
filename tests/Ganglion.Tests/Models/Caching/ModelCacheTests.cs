using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Models.Caching;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.Caching;

/// <summary>Where answers are kept, and what happens where that is broken.</summary>
public sealed class ModelCacheTests : IAsyncDisposable
{
    private const string Topic = "ganglion.models.cache";

    private static readonly ChatOptions Steady = new() { Temperature = 0 };

    private readonly ManualTime _time = new();
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly CountedClient _model = new();
    private readonly WarningList _log = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _model.Dispose();
        _log.Dispose();
    }

    [Fact(Timeout = 20_000)]
    public async Task Answers_lie_on_a_topic_that_forgets_the_old_ones_and_none_says_what_was_asked()
    {
        await AskAsync(_broker, "a secret question");

        TopicDescription topic = (await _broker.Topics.FindAsync(Topic, Timeout))!;
        topic.Partitions.Count.ShouldBe(1);
        Record kept = (await RecordsAsync()).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(kept.Key!.Value.Span).ShouldMatch("^[0-9a-f]{64}$");
        string text = Encoding.UTF8.GetString(kept.Value!.Value.Span);
        text.ShouldContain("answer 1");
        text.ShouldNotContain("secret");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":[{"role":"assistant","contents":[{"$type":"bomb"}]}]}""")]
    [InlineData("""{"messages":7}""")]
    public async Task What_is_no_answer_is_passed_by_and_replaced(string found)
    {
        await AskAsync(_broker, "?");
        Record kept = (await RecordsAsync()).ShouldHaveSingleItem();
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord(Topic, kept with { Value = Encoding.UTF8.GetBytes(found) }), Timeout);

        (await AskAsync(_broker, "?")).ShouldBe("answer 2");
        (await AskAsync(_broker, "?")).ShouldBe("answer 2");

        _log.Of(292).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 20_000)]
    public async Task What_others_have_written_to_the_topic_is_passed_by()
    {
        await AskAsync(_broker, "?");
        Record kept = (await RecordsAsync()).ShouldHaveSingleItem();
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(
            [
                new ProducerRecord(Topic, new Record("some key"u8.ToArray(), "{}"u8.ToArray())),
                new ProducerRecord(Topic, new Record("0123456789abcdef0123456789abcdeg0123456789abcdef0123456789abcdef"u8.ToArray(), "{}"u8.ToArray())),
                new ProducerRecord(Topic, new Record(kept.Key, "no event of ours"u8.ToArray())),
            ],
            Timeout);

        (await AskAsync(_broker, "?")).ShouldBe("answer 1");
    }

    [Fact(Timeout = 20_000)]
    public async Task What_was_removed_is_there_no_more()
    {
        await AskAsync(_broker, "?");
        Record kept = (await RecordsAsync()).ShouldHaveSingleItem();
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord(Topic, new Record(kept.Key, null)), Timeout);

        (await AskAsync(_broker, "?")).ShouldBe("answer 2");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_topic_that_cannot_be_read_is_passed_by_until_it_can()
    {
        await AskAsync(_broker, "?");
        var broken = new FaultyBroker(_broker) { OnTopics = () => throw new StorageException("storage-failed", "The disk is gone.") };
        await using ModelCache cache = Open(broken);
        using var client = new CachedChatClient(_model, cache);

        string first = (await client.GetResponseAsync("?", Steady, Timeout)).Text;
        string other = (await client.GetResponseAsync("??", Steady, Timeout)).Text;
        broken.OnTopics = () => { };
        _time.Advance(TimeSpan.FromSeconds(31));
        string known = (await client.GetResponseAsync("?", Steady, Timeout)).Text;

        (first, other, known).ShouldBe(("answer 2", "answer 3", "answer 2"), "What it has in memory counts.");
        _log.Of(290).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_disk_that_is_full_breaks_no_call_and_is_told_once()
    {
        var full = new FaultyBroker(_broker) { OnAppend = () => throw new StorageException("storage-failed", "The disk is full.") };
        await using ModelCache cache = Open(full);
        using var client = new CachedChatClient(_model, cache);

        string first = (await client.GetResponseAsync("?", Steady, Timeout)).Text;
        await _log.WaitAsync(291, Timeout);
        string second = (await client.GetResponseAsync("??", Steady, Timeout)).Text;
        string known = (await client.GetResponseAsync("?", Steady, Timeout)).Text;
        await cache.DisposeAsync();

        (first, second, known).ShouldBe(("answer 1", "answer 2", "answer 1"));
        _log.Of(291).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_broker_that_hangs_is_not_waited_for_long()
    {
        await AskAsync(_broker, "?");
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = new FaultyBroker(_broker);
        await using ModelCache cache = Open(hanging, new ModelCacheOptions { MemoryBytes = 0 });
        using var client = new CachedChatClient(_model, cache);
        (await client.GetResponseAsync("?", Steady, Timeout)).Text.ShouldBe("answer 1");
        hanging.OnRead = async cancellationToken =>
        {
            reading.TrySetResult();
            await Task.Delay(-1, cancellationToken);
        };

        Task<ChatResponse> asked = client.GetResponseAsync("?", Steady, Timeout);
        await reading.Task;
        _time.Advance(TimeSpan.FromSeconds(3));

        (await asked).Text.ShouldBe("answer 2");
        _log.Of(290).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_topic_that_was_deleted_is_begun_anew()
    {
        await AskAsync(_broker, "?");
        await using ModelCache cache = Open(_broker, new ModelCacheOptions { MemoryBytes = 0 });
        using var client = new CachedChatClient(_model, cache);
        (await client.GetResponseAsync("?", Steady, Timeout)).Text.ShouldBe("answer 1");
        await _broker.Topics.DeleteAsync(Topic, Timeout);

        string anew = (await client.GetResponseAsync("?", Steady, Timeout)).Text;

        anew.ShouldBe("answer 2");
    }

    [Fact]
    public void The_index_holds_so_many_and_the_newest()
    {
        var index = new AnswerIndex(3);
        for (int i = 0; i < 10; i++)
        {
            index.Set((UInt128)i, i, _time.GetUtcNow());
        }

        index.Set(8, 10, _time.GetUtcNow());

        index.Count.ShouldBe(2, "The third place is that of one that was answered anew.");
        (index.Find(8)?.Offset, index.Find(9)?.Offset, index.Find(7)).ShouldBe((10, 9, null));
    }

    [Fact]
    public void Memory_holds_so_many_bytes_of_what_was_used_last()
    {
        var memory = new AnswerMemory(1_000);
        memory.Set(1, Of(100));
        memory.Set(2, Of(100));
        memory.Set(3, Of(100));
        memory.Find(1).ShouldNotBeNull();
        memory.Set(4, Of(100));

        ((UInt128[])[1, 2, 3, 4]).Where(key => memory.Find(key) is not null).ShouldBe([1, 3, 4]);
        memory.Bytes.ShouldBe(900);
        memory.Set(5, Of(2_000));
        memory.Bytes.ShouldBe(900);
        memory.Set(1, Of(50));
        memory.Bytes.ShouldBe(850);

        KeptAnswer Of(int bytes) => new(new byte[bytes], _time.GetUtcNow());
    }

    private ModelCache Open(IEventBroker broker, ModelCacheOptions? options = null) => new(broker, options, "/tests", _time, _log, meters: null);

    // As another process would.
    private async Task<string> AskAsync(IEventBroker broker, string question)
    {
        await using ModelCache cache = Open(broker);
        using var client = new CachedChatClient(_model, cache);
        return (await client.GetResponseAsync(question, Steady, Timeout)).Text;
    }

    private async Task<List<Record>> RecordsAsync()
    {
        var records = new List<Record>();
        await using IEventReader reader = await _broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new(Topic, 0)] = OffsetPosition.Earliest } }, Timeout);
        records.AddRange((await reader.ReadAsync(Timeout)).Records.Select(record => record.Record));
        return records;
    }
}
