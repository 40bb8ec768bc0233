namespace MarketingAssistant;

/// <summary>Set in the section <c>Marketing</c> of the configuration, such as by the environment variable <c>Marketing__From=…</c>.</summary>
public sealed class MarketingSettings
{
    /// <summary>Who the e-mails are from.</summary>
    public string From { get; set; } = "sales@nordlicht.example";

    /// <summary>Where sales is notified, by HTTP. Default: a desk that this program opens itself.</summary>
    public Uri? SalesWebhook { get; set; }

    /// <summary>How long the warehouse takes to answer. Default 100 ms.</summary>
    public TimeSpan WarehouseTime { get; set; } = TimeSpan.FromMilliseconds(100);
}
