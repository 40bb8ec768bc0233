namespace InvoiceApproval.Timeline;

/// <summary>Shows events as they come.</summary>
internal interface ITimeline
{
    void Show(LoggedEvent logged);

    void Flush();
}
