using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers.Listener;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>Requests that are right, and what becomes of them in bad hands.</summary>
/// <param name="topicId">The id of <see cref="PlausibleValues.Topic"/>.</param>
/// <param name="random">Decides what is not said.</param>
internal sealed class HostileFrames(Guid topicId, Random random)
{
    // Length, which request, version, number, and the client's name, whose length this is.
    private const int HeaderBytes = 4 + 2 + 2 + 4 + 2;
    private const int VersionPosition = 6;

    private static readonly byte[][] Lengths =
    [
        [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF], [0x80, 0], [0, 0, 0, 0], [0],
    ];

    /// <summary>A request as a client sends it that means it.</summary>
    public byte[] Encode(Api api, short version) => Encode(api, version, version, new PlausibleValues(topicId));

    /// <summary>What is left of a request when it is cut at each of its bytes, and says that it is no longer.</summary>
    public static IEnumerable<byte[]> Cut(byte[] frame) =>
        from length in Enumerable.Range(0, frame.Length - 4) select WithLength(frame[..(4 + length)]);

    /// <summary>What is sent by somebody who means no good, or does not know what he does.</summary>
    public IEnumerable<byte[]> Spoil(Api api, short version)
    {
        byte[] frame = Encode(api, version);
        for (int i = 0; i < 4; i++)
        {
            yield return Flip(frame);
        }

        foreach (byte[] length in Lengths)
        {
            yield return Overwrite(frame, length);
        }

        foreach (int other in (int[])[version - 1, version + 1, api.MinVersion - 1, api.MaxVersion + 1, -1, short.MaxValue])
        {
            yield return Encode(api, version, (short)other, new PlausibleValues(topicId));
        }

        for (int i = 0; i < 4; i++)
        {
            yield return Encode(api, version, version, new WildValues(topicId, random, api.IsFlexible(version)));
        }

        byte[] noise = Encode(api, version);
        random.NextBytes(noise.AsSpan(HeaderBytes));
        yield return noise;
        yield return WithLength([.. frame, .. noise]);
        yield return [.. frame[..^1], .. BitConverter.GetBytes(random.NextInt64())];
        yield return frame[..random.Next(4, frame.Length)]; // The client goes in the middle of it.

        if (frame.AsSpan().IndexOf(Encoding.UTF8.GetBytes(PlausibleValues.Content)) is > 0 and var text)
        {
            yield return [.. frame[..text], 0xC3, 0x28, .. frame[(text + 2)..]]; // No UTF-8.
        }

        if (api.IsFlexible(version))
        {
            foreach (byte[] tags in (byte[][])[[0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], [2, 0, 0, 1, 0x80, 0x80, 4, .. new byte[64 * 1024]]])
            {
                yield return WithLength([.. frame[..^1], .. tags]);
            }
        }
    }

    /// <summary>A request with a header that says another version than the body has.</summary>
    private byte[] Encode(Api api, short version, short sent, IRequestValues values)
    {
        byte[] frame = ListenerClient.Encode(
            api.Key, version, random.Next(), writer => RequestShape.Of(api.Key).Write(writer, version, values), api.IsFlexible(version));
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(VersionPosition), sent);
        return frame;
    }

    private byte[] Flip(byte[] frame)
    {
        byte[] flipped = [.. frame];
        for (int left = random.Next(1, 8); left > 0; left--)
        {
            flipped[random.Next(VersionPosition, frame.Length)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }

    private byte[] Overwrite(byte[] frame, byte[] bytes)
    {
        byte[] overwritten = [.. frame, .. new byte[bytes.Length]];
        bytes.CopyTo(overwritten, random.Next(HeaderBytes, frame.Length));
        return WithLength(overwritten[..frame.Length]);
    }

    private static byte[] WithLength(byte[] frame)
    {
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        return frame;
    }
}
