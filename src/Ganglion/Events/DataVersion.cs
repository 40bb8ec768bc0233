using System.Globalization;

namespace Ganglion.Events;

/// <summary>The version of data: one to three numbers, of which those left out are 0.</summary>
/// <param name="Order">Orders versions by age. 0, the default, is "no version" and older than all.</param>
internal readonly record struct DataVersion(long Order)
{
    private const int BitsOfPart = 20;

    public static bool TryParse(ReadOnlySpan<char> text, out DataVersion version)
    {
        version = default;
        long order = 0;
        int parts = 0;
        foreach (Range range in text.Split('.'))
        {
            if (++parts > 3
                || !int.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || number >= 1 << BitsOfPart)
            {
                return false;
            }

            order = (order << BitsOfPart) | (uint)number;
        }

        version = new DataVersion((order << (BitsOfPart * (3 - parts))) + 1);
        return true;
    }
}
