using System.Buffers.Text;
using System.Text;

namespace Ganglion.Events;

/// <summary>Times as RFC 3339 writes them, straight from and to UTF-8.</summary>
internal static class Rfc3339
{
    /// <summary>The most bytes that a written time takes.</summary>
    public const int MaxBytes = 33;

    /// <summary>Writes a time with its offset, to 100 ns; UTC as <c>Z</c>.</summary>
    /// <param name="time">The time.</param>
    /// <param name="destination">At least <see cref="MaxBytes"/> long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(DateTimeOffset time, Span<byte> destination)
    {
        int written;
        if (time.Offset == TimeSpan.Zero)
        {
            Utf8Formatter.TryFormat(time.UtcDateTime, destination, out written, 'O');
        }
        else
        {
            Utf8Formatter.TryFormat(time, destination, out written, 'O');
        }

        return written;
    }

    /// <inheritdoc cref="Write(DateTimeOffset, Span{byte})" path="/summary"/>
    public static string Write(DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[MaxBytes];
        return Encoding.ASCII.GetString(text[..Write(time, text)]);
    }

    /// <summary>
    /// Reads a time: any number of decimals (beyond 100 ns they are dropped), <c>Z</c> or an offset, letters in either case. A leap
    /// second counts as the first second of the next minute.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < 20
            || !TryDigits(text[..4], out int year) || text[4] != '-'
            || !TryDigits(text[5..7], out int month) || text[7] != '-'
            || !TryDigits(text[8..10], out int day) || (text[10] | 0x20) != 't'
            || !TryDigits(text[11..13], out int hour) || text[13] != ':'
            || !TryDigits(text[14..16], out int minute) || text[16] != ':'
            || !TryDigits(text[17..19], out int second))
        {
            return false;
        }

        text = text[19..];
        if (!TryFraction(ref text, out int fraction) || !TryOffset(text, out int offsetMinutes)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        long ticks = new DateTime(year, month, day, hour, minute, 0).Ticks + (second * TimeSpan.TicksPerSecond) + fraction;
        long utc = ticks - (offsetMinutes * TimeSpan.TicksPerMinute);
        if (utc < 0 || utc > DateTime.MaxValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, new TimeSpan(offsetMinutes * TimeSpan.TicksPerMinute));
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (text[0] != '.')
        {
            return true;
        }

        int digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 1)
        {
            return false;
        }

        for (int i = 1; i <= 7; i++)
        {
            ticks = (ticks * 10) + (i <= digits ? text[i] - '0' : 0);
        }

        text = text[(digits + 1)..];
        return true;
    }

    // .NET knows offsets up to 14 hours, and so does the world.
    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return (text[0] | 0x20) == 'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryDigits(text[1..3], out int hours) || !TryDigits(text[4..], out minutes) || minutes > 59)
        {
            return false;
        }

        minutes += hours * 60;
        if (minutes > 14 * 60)
        {
            return false;
        }

        minutes = text[0] == '-' ? -minutes : minutes;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
