/// A moment as the Date field writes it: `Tue, 24 Nov 2026 20:43:06 GMT` (RFC 9110 5.6.7).
package enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let secondsPerDay = 86_400
    private static let daysPerCycle = 146_097

    /// The text for so many seconds after 1970 began; the years from 1970 to 9999 can be written.
    package static func text(secondsSince1970 seconds: Int) -> String {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let (days, time) = seconds.quotientAndRemainder(dividingBy: secondsPerDay)
        let (year, month, day) = date(daysSince1970: days)
        let clock = "\(padded(time / 3600)):\(padded(time / 60 % 60)):\(padded(time % 60))"
        return "\(weekdays[days % 7]), \(padded(day)) \(months[month - 1]) \(year) \(clock) GMT"
    }

    /// The Gregorian calendar repeats every 400 years. With years that begin in March the leap day is a year's last
    /// day, and the months' lengths follow one line: month m begins on day (153 m + 2) / 5.
    private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        // 1970 began 719,468 days after 1 March of year 0.
        let (cycle, dayOfCycle) = (days + 719_468).quotientAndRemainder(dividingBy: daysPerCycle)
        let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / (daysPerCycle - 1)
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let isNextYear = monthFromMarch >= 10
        let month = isNextYear ? monthFromMarch - 9 : monthFromMarch + 3
        return (cycle * 400 + yearOfCycle + (isNextYear ? 1 : 0), month, day)
    }

    private static func padded(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
