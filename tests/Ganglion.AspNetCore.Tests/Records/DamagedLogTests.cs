using System.Buffers.Binary;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Ganglion.AspNetCore.Tests.Events;
using Ganglion.Brokers.Embedded;

namespace Ganglion.AspNetCore.Tests.Records;

/// <summary>A byte of the log has changed on the disk: what lies behind it stays readable.</summary>
public sealed class DamagedLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ganglion-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_page_ends_before_the_damage_and_the_next_begins_behind_it()
    {
        await using ApiHost host = await StartOnDamagedLogAsync();

        var read = new List<int>();
        var problems = new List<string?>();
        for (long next = 0, end = long.MaxValue; next < end;)
        {
            JsonElement page = await host.GetJsonAsync($"/topics/t/partitions/0/records?offset={next}");
            read.AddRange(page.GetProperty("records").EnumerateArray().Select(NumberOf));
            problems.AddRange(page.TryGetProperty("problem", out JsonElement problem) ? [problem.GetProperty("code").GetString()] : []);
            next = page.GetProperty("nextOffset").GetInt64();
            end = page.GetProperty("highWatermark").GetInt64();
        }

        problems.ShouldBe(["log-corrupt"]);
        read.ShouldBe([0, 2]);
    }

    [Fact]
    public async Task A_stream_tells_of_the_damage_and_goes_on_behind_it()
    {
        await using ApiHost host = await StartOnDamagedLogAsync();
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/topics/t/events?from=earliest&to=latest");

        NumberOf(await stream.NextJsonAsync()).ShouldBe(0);
        SseItem<string> problem = (await stream.NextAsync()).ShouldNotBeNull();
        problem.EventType.ShouldBe("problem");
        problem.Data.ShouldContain("log-corrupt");
        NumberOf(await stream.NextJsonAsync()).ShouldBe(2);
        (await stream.NextAsync()).ShouldBeNull();
    }

    private static int NumberOf(JsonElement record) => record.GetProperty("event").GetProperty("data").GetProperty("n").GetInt32();

    /// <summary>Three events, each in a batch of its own, the second damaged. Large ones, so that no two share a sector.</summary>
    private async Task<ApiHost> StartOnDamagedLogAsync()
    {
        await using (ApiHost host = await ApiHost.StartAsync(await OpenAsync()))
        {
            for (int i = 0; i < 3; i++)
            {
                await host.AppendAsync("t", $$"""{"n":{{i}},"filler":"{{new string('x', 5_000)}}"}""");
            }
        }

        string segment = Path.Combine(_folder, "topics/t/0/00000000000000000000.log");
        byte[] bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        const int lengthAt = 8;
        const int besidesLength = 12;
        int second = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(lengthAt)) + besidesLength;
        bytes[second + 200] ^= 0x55;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);
        return await ApiHost.StartAsync(await OpenAsync());
    }

    private Task<EmbeddedBroker> OpenAsync() => EmbeddedBroker.OpenAsync(_folder, cancellationToken: TestContext.Current.CancellationToken);
}
