using System.Globalization;

namespace Ganglion.Benchmarks.Harness;

/// <summary>What a value counts, and how it is written.</summary>
internal sealed record Unit(string Symbol, string Format)
{
    public static readonly Unit PerSecond = new("/s", "#,0");
    public static readonly Unit Microseconds = new("µs", "#,0");
    public static readonly Unit Milliseconds = new("ms", "#,0.0");
    public static readonly Unit Seconds = new("s", "0.00");
    public static readonly Unit Percent = new("%", "0.00");
    public static readonly Unit Megabytes = new("MB", "#,0");
    public static readonly Unit MegabytesPerSecond = new("MB/s", "#,0");
    public static readonly Unit Bytes = new("B", "#,0");
    public static readonly Unit Events = new("events", "#,0");
    public static readonly Unit Times = new("×", "0.00");

    public string Show(double value) => value.ToString(Format, CultureInfo.InvariantCulture) + " " + Symbol;
}
