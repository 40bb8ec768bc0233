using System.Buffers.Binary;
using System.IO.Pipelines;
using Ganglion.Brokers.Listener;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>How what a client sends is cut into frames.</summary>
public sealed class FrameReaderTests : IDisposable
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(10);

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Patience _patience;
    private readonly FrameReader _frames;

    public FrameReaderTests()
    {
        _patience = new Patience(IdleTimeout, _time, _stop.Token);
        _frames = new FrameReader(_pipe.Reader.AsStream(), _patience);
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _frames.Dispose();
        _patience.Dispose();
        _stop.Dispose();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public async Task Frames_come_whole_however_they_are_cut(int piece)
    {
        byte[][] sent = [[1], [], Bytes(100), Bytes(16 * 1024), Bytes(20_000), [2, 3]];
        _ = SendAsync([.. sent.SelectMany(WithLength)], piece);

        foreach (byte[] frame in sent)
        {
            (await NextAsync()).ShouldBe(frame);
        }

        (await _frames.ReadLengthAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_frame_that_is_larger_than_what_is_set_aside_comes_whole()
    {
        byte[] frame = Bytes(9 * 1024 * 1024 + 5);
        _ = SendAsync([.. WithLength(frame), .. WithLength([4])], 1_000_000);

        (await NextAsync()).ShouldBe(frame);
        (await NextAsync()).ShouldBe([4]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_only_announced_takes_no_memory()
    {
        _ = SendAsync([0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3], 7);
        long before = GC.GetAllocatedBytesForCurrentThread();

        (await _frames.ReadLengthAsync()).ShouldBe(int.MaxValue);
        ValueTask<byte[]> reading = _frames.ReadAsync(int.MaxValue);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(256 * 1024);
        await Should.ThrowAsync<EndOfStreamException>(reading.AsTask());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task A_client_that_goes_within_a_frame_is_told_from_one_that_goes(int sent)
    {
        _ = SendAsync(WithLength(Bytes(100))[..sent], 50);

        await Should.ThrowAsync<EndOfStreamException>(NextAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", typeof(IOException))]
    [InlineData("0000", typeof(ClientStalledException))]
    [InlineData("00000005" + "01020304", typeof(ClientStalledException))]
    public async Task A_client_that_says_no_more_is_told_from_one_that_does_not_finish(string said, Type exception)
    {
        await _pipe.Writer.WriteAsync(Convert.FromHexString(said), Deadline);
        Task<byte[]?> next = NextAsync();

        while (!next.IsCompleted)
        {
            _time.Advance(IdleTimeout);
            await Task.Yield();
        }

        await Should.ThrowAsync(next, exception);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_client_that_is_not_asked_is_not_idle()
    {
        await _pipe.Writer.WriteAsync(WithLength([1]), Deadline);
        (await NextAsync()).ShouldBe([1]);
        _time.Advance(IdleTimeout * 2);
        await _pipe.Writer.WriteAsync(WithLength([2]), Deadline);

        (await NextAsync()).ShouldBe([2]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_stops_reading_is_told()
    {
        Task reading = _frames.ReadLengthAsync().AsTask();
        await _stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
    }

    private async Task<byte[]?> NextAsync() =>
        await _frames.ReadLengthAsync() is { } length ? await _frames.ReadAsync(length) : null;

    private async Task SendAsync(byte[] bytes, int piece)
    {
        foreach (byte[] part in bytes.Chunk(piece))
        {
            await _pipe.Writer.WriteAsync(part, Deadline);
        }

        await _pipe.Writer.CompleteAsync();
    }

    private static byte[] WithLength(byte[] frame)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, frame.Length);
        return [.. length, .. frame];
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
