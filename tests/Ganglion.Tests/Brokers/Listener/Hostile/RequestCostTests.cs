using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>What a request can bring about beyond what it asks for.</summary>
public sealed class RequestCostTests : IAsyncLifetime
{
    private const int RoomBytes = 16 * 1024;
    private const int MaxItems = 100_000;

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { AutoCreateTopics = false });
    private ServedRequests _served = null!;
    private Guid _topicId;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _topicId = (await _broker.Topics.CreateAsync(PlausibleValues.Topic, cancellationToken: Deadline)).Id;
        _served = new ServedRequests(_broker);
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_is_cut_anywhere_is_read_to_its_end_before_anything_is_done()
    {
        foreach ((Api api, short version) in _served.All)
        {
            byte[] body = Encode(api, version, new PlausibleValues(_topicId));
            for (int length = 0; length < body.Length; length++)
            {
                (await IsRefusedAsync(api, version, body.AsMemory(0, length))).ShouldBeTrue($"{api.Key} {version} with {length} of {body.Length} bytes");
            }
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, "")]
    [InlineData(0, PlausibleValues.Topic)]
    [InlineData(1, "")]
    [InlineData(1, PlausibleValues.Topic)]
    public async Task What_a_request_takes_in_memory_is_bounded_by_its_size(int depth, string name)
    {
        foreach ((Api api, short version) in _served.Newest)
        {
            int few = Encode(api, version, new ManyValues(_topicId, 1, depth, name)).Length;
            int each = Math.Max(Encode(api, version, new ManyValues(_topicId, 2, depth, name)).Length - few, 1);
            byte[] body = Encode(api, version, new ManyValues(_topicId, RoomBytes / each, depth, name));

            long allocated = await MeasureAsync(api, version, body);

            // An item of one byte is an object or two, and an answer. What is made when something is first done is made once.
            allocated.ShouldBeLessThan((1024 * 1024) + (500L * body.Length), $"{api.Key} {version} with {body.Length} bytes");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_partition_that_is_asked_for_again_and_again_is_waited_for_once()
    {
        (Api fetch, short version) = _served.Newest.Single(one => one.Api.Key == ApiKey.Fetch);
        byte[] body = Encode(fetch, version, new ManyValues(_topicId, count: 10_000, depth: 1, PlausibleValues.Topic));

        (await MeasureAsync(fetch, version, body)).ShouldBeLessThan(100L * body.Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_lists_no_more_than_it_can_mean()
    {
        (Api metadata, short version) = _served.Newest.Single(one => one.Api.Key == ApiKey.Metadata);

        (await IsRefusedAsync(metadata, version, Encode(metadata, version, new ManyValues(_topicId, MaxItems, 0, "x")))).ShouldBeFalse();
        (await IsRefusedAsync(metadata, version, Encode(metadata, version, new ManyValues(_topicId, MaxItems + 1, 0, "x")))).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_asked_for_again_and_again_is_not_answered_without_end()
    {
        await _broker.Topics.CreateAsync("wide", new TopicSettings { Partitions = 10_000 }, Deadline);
        (Api metadata, short version) = _served.Newest.Single(one => one.Api.Key == ApiKey.Metadata);

        (await IsRefusedAsync(metadata, version, Encode(metadata, version, new ManyValues(_topicId, 10, 0, "wide")))).ShouldBeFalse();
        (await IsRefusedAsync(metadata, version, Encode(metadata, version, new ManyValues(_topicId, 1000, 0, "wide")))).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Topics_that_are_left_when_the_listener_stops_are_not_created()
    {
        (Api create, short version) = _served.All.First(one => one.Api.Key == ApiKey.CreateTopics);
        using var stopping = new CancellationTokenSource();
        _broker.Catalog.Changed += _ => stopping.Cancel();
        using var body = new WireWriter();
        body.WriteArray<string>(["created", "left"], static (topics, name) =>
        {
            topics.WriteString(name);
            topics.WriteInt32(1); // Partitions.
            topics.WriteInt16(1); // Copies.
            topics.WriteArray(Array.Empty<int>(), static (_, _) => { });
            topics.WriteArray(Array.Empty<int>(), static (_, _) => { });
        });
        body.WriteInt32(0);
        byte[] bytes = [.. body.Finish().SelectMany(chunk => chunk.ToArray())];

        await Should.ThrowAsync<OperationCanceledException>(() => MeasureAsync(create, version, bytes, stopping.Token));

        _broker.Catalog.All.Select(topic => topic.Name).ShouldBe(["created", PlausibleValues.Topic], ignoreOrder: true);
    }

    private static byte[] Encode(Api api, short version, IRequestValues values)
    {
        using var writer = new WireWriter { IsFlexible = api.IsFlexible(version) };
        RequestShape.Of(api.Key).Write(writer, version, values);
        return [.. writer.Finish().SelectMany(chunk => chunk.ToArray())];
    }

    private static async Task<bool> IsRefusedAsync(Api api, short version, ReadOnlyMemory<byte> body)
    {
        try
        {
            await MeasureAsync(api, version, body);
            return false;
        }
        catch (MalformedRequestException)
        {
            return true;
        }
    }

    // How many bytes are taken by the one who reads the request and does what it asks for.
    private static async Task<long> MeasureAsync(Api api, short version, ReadOnlyMemory<byte> body, CancellationToken? cancellationToken = null)
    {
        using var session = new ClientSession("host", sasl: null, new Strangers(places: 1), Timeout.InfiniteTimeSpan, TimeProvider.System, NullLogger.Instance);
        session.Admit(principal: null);
        using var response = new WireWriter { IsFlexible = api.IsFlexible(version) };
        var request = new ApiRequest(version, "client", session, new WireReader(body) { IsFlexible = api.IsFlexible(version) });
        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask<BegunRequest> begun = api.BeginAsync(request, response, cancellationToken ?? Deadline);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await (await begun).HasResponse;
        return allocated;
    }
}
