namespace Ganglion.AspNetCore;

/// <summary>What the HTTP API may be told to accept.</summary>
internal static class GanglionApiRules
{
    /// <summary>The longest that a timer can be told to wait.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(49);

    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    public static void Check(GanglionApiOptions options)
    {
        var faults = new List<string>();
        Check(options.MaxBodyBytes >= 1, $"{nameof(options.MaxBodyBytes)} is {options.MaxBodyBytes}; at least 1 is needed");
        Check(
            options.MaxWait >= TimeSpan.Zero && options.MaxWait <= MaxDelay,
            $"{nameof(options.MaxWait)} is {options.MaxWait}; allowed are 0 to {MaxDelay.Days} days");
        Check(
            options.KeepAlive >= TimeSpan.FromMilliseconds(1) && options.KeepAlive <= MaxDelay,
            $"{nameof(options.KeepAlive)} is {options.KeepAlive}; allowed are 1 ms to {MaxDelay.Days} days");
        foreach (string origin in options.AllowedOrigins)
        {
            Check(
                Uri.TryCreate(origin, UriKind.Absolute, out Uri? url) && url.GetLeftPart(UriPartial.Authority) == origin,
                $"{nameof(options.AllowedOrigins)} has '{origin}', which no browser sends; write it as https://console.example.org");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"The API's options are not valid: {string.Join("; ", faults)}.", nameof(options));
        }

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }
}
