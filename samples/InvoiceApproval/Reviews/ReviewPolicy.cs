using InvoiceApproval.Invoices;

namespace InvoiceApproval.Reviews;

/// <summary>
/// When a person is asked, and how long there is to answer. Set in the section <c>Review</c> of the configuration, such as by the
/// environment variable <c>Review__Deadline=00:00:30</c>.
/// </summary>
public sealed class ReviewPolicy
{
    /// <summary>Below this confidence of the model a person is asked. Default 0.8.</summary>
    public double Confidence { get; set; } = 0.8;

    /// <summary>After how long without an answer there is a reminder. Default 5 min.</summary>
    public TimeSpan Reminder { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how long without an answer <see cref="Default"/> is done. Default 1 h.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What becomes of an invoice about which nobody answers. Default: it is rejected.</summary>
    public Label Default { get; set; } = Label.Rejected;
}
