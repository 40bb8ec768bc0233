namespace Ganglion.Benchmarks.Harness;

/// <summary>Bytes that nobody can compress, the same in every run.</summary>
internal static class Payload
{
    public static byte[] Create(int bytes)
    {
        byte[] payload = new byte[bytes];
        uint state = 2463534242;
        for (int i = 0; i < payload.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            payload[i] = (byte)state;
        }

        return payload;
    }
}
